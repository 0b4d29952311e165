"""What is done about documents that nobody registered."""

from sources.words import Word


class Mode(Word):
    """What is done about a document that is sent as text and stands in no manifest of its caller."""

    OFF = "off", "It is executed."
    LOG = "log", "It is executed, and counted."
    ENFORCE = "enforce", "It is refused."
