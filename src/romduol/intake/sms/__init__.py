"""Android's text messages and calls, as SMS Backup & Restore writes them to XML.

``shapes`` reads one element, ``reader`` holds the file to its frame. Fields as documented by the
app's makers (synctech.com.au, "Fields in XML Backup Files").
"""

from romduol.intake.sms.reader import NAME, VERSION, read, recognises

__all__ = ["NAME", "VERSION", "read", "recognises"]
