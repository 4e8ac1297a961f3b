"""What the core bank does not tell of a made-up bank, loaded after its batches: a module a file.

Rows name parties and employees by their keys in the files. Loaded again, a folder changes nothing.
What could not be in a real bank (a promise before there was a debt) is left out and counted.
"""
