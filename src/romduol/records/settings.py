"""Django settings of the index: one SQLCipher database, named and keyed when a book is opened."""

SECRET_KEY = "not used: the index has no sessions, cookies or signed values"  # noqa: S105
INSTALLED_APPS = ["romduol.records"]
DATABASES: dict[str, dict[str, object]] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None  # Django's own loggers would write queries; nothing here logs content
