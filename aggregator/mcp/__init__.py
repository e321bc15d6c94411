"""What assistants are told. Reads only.

answers    the desk's answers as data
server     over the Model Context Protocol
"""
