"""Static files of the embedded default, whose pages are right before anything was collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedOrNot(CompressedManifestStaticFilesStorage):
    """The hashed name of a file that was collected, the plain one of any other: WhiteNoise serves both."""

    def stored_name(self, name: str) -> str:
        """As above."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
