"""What may be shown of a study, and how: decided counts in, the files of a release out.

The way through: ``report.compose`` (claims, tables and quotes pass their rules or are left out) →
``bundle.render`` (the files, then an audit that reads them again) → ``bundle.manifest`` →
``verify.check_files`` on anybody's machine.
"""
