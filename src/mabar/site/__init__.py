"""The node's front: settings, addresses, the program door, the command line and the look.  Every package meets here."""
