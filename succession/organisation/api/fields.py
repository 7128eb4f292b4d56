"""Fields that keep the contract: keys as ids with a label beside, decimals as numbers."""

from rest_framework import serializers

LARGEST_ID = 2**63 - 1


def key(source: str, **options) -> serializers.IntegerField:
    """The id of a related record that the reader may see, else nothing."""
    return serializers.IntegerField(source=f"{source}.pk", read_only=True, allow_null=True, **options)


def label(source: str, **options) -> serializers.CharField:
    """The name of the same record."""
    return serializers.CharField(source=source, read_only=True, allow_null=True, **options)


class IdField(serializers.IntegerField):
    """An id as a program sends it."""

    def __init__(self, **options):
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


class ReasonField(serializers.CharField):
    """A reason: its length is the service's rule, its upper bound the interface's."""

    def __init__(self, **options):
        options.setdefault("required", False)
        options.setdefault("allow_blank", True)
        options.setdefault("default", "")
        super().__init__(max_length=2000, **options)
