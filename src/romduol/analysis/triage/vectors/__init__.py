"""Messages come in, a vector of what each means goes out: an optional extra of the program."""
