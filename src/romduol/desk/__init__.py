"""The verbs: the one place where transactions open, keys meet rows, and the log is written."""

from romduol.records.index import prepare

prepare()  # Django's models cannot be imported before its settings are known
