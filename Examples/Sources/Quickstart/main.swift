print("Quickstart: to be written")
