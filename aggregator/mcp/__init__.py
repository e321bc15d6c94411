"""What assistants are told: the desk's answers as data (answers.py), over the Model Context Protocol (server.py). Reads only."""
