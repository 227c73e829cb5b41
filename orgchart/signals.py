"""What the rooms above are told about org charts."""

from django.dispatch import Signal

# Sent inside the transaction that makes a chart current, with chart, former (or None) and user.
chart_activated = Signal()
