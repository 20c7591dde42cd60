"""A Django database backend over SQLCipher: Django's SQLite backend with an encrypted file."""
