"""What an officer is alerted of."""

from datetime import date, datetime

from resolvers.alerts import alert
from resolvers.alerts.notice import Matter
from schema.colour import IconColour
from schema.shown import shows, told, words

words(Matter, name="AlertKind")


@shows(alert.Alert)
class Alert:
    """Something about the customer that an officer should know before anything else."""

    kind: Matter = told("What it is about.")
    label: str = told("The words to show. Days of more than twelve months ago stand with their year.")
    colour: IconColour = told("The colour of its icon: amber for issues on file, else blue.")
    effective_date: date | None = told(
        "The day it is about: when a report was due, an appointment is, a claim was submitted or rejected, a payment "
        "stopped, an arrangement ends or ended, the oldest debt was raised. Null for issues on file."
    )
    expires_at: datetime | None = told(
        "The local midnight from which it is shown no more, if nothing changes before. Null where only a change of the "
        "record ends it."
    )
