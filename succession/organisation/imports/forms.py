"""What is asked when files are brought in: shape alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from succession.organisation.choices import ImportKind

from .columns import TABLES, spec_of
from .mapping import known_mappings

LONGEST_LIST = 5000


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class UploadForm(forms.Form):
    """The files, what they hold, and how errors are taken."""

    file = FilesField(label=_("Files"), allow_empty_file=True, help_text=_("CSV, XLSX, or a ZIP of these"))
    kind = forms.ChoiceField(label=_("What they hold"), choices=ImportKind.choices)
    mapping = forms.ChoiceField(
        label=_("Columns"), required=False, help_text=_("How columns were understood before, kept under a name.")
    )
    refuse_on_error = forms.BooleanField(
        label=_("Refuse the whole import on any error"),
        required=False,
        help_text=_("Otherwise rows with errors are left out and can be downloaded."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(known.name, f"{known.name} · {ImportKind(known.kind).label}") for known in known_mappings()]
        self.fields["mapping"].choices = [("", _("By the headings of the columns")), *names]


class OptionsForm(forms.Form):
    """How the rows are understood; only what fits the kind is asked."""

    as_of = forms.DateField(
        label=_("The day the file speaks of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Where no column tells; blank: today."),
    )
    absent = forms.ChoiceField(
        label=_("Posts of these units that are not in the file"),
        choices=[("keep", _("Stay as they are")), ("close", _("Are closed on that day"))],
    )
    group_posts_without_code = forms.BooleanField(
        label=_("Rows without a code are grouped"),
        required=False,
        help_text=_("Same unit, title, grade and superior make one post; its seats are the summed FTE, rounded up."),
    )
    blank_name_is_undisclosed = forms.BooleanField(
        label=_("Where no name is given somebody sits who is not named"), required=False
    )
    occupations = forms.CharField(
        label=_("Occupations"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Codes or titles, one a line. Blank: those for which a post of the same code or title stands."),
    )
    unit = forms.CharField(
        label=_("Unit for posts made for occupations"),
        required=False,
        max_length=300,
        help_text=_("They have no seats."),
    )
    save_as = forms.CharField(
        label=_("Remember these columns as"),
        required=False,
        max_length=80,
        help_text=_("Used again for files of this kind."),
    )

    FIELDS = {
        ImportKind.ORGANISATION: ("as_of", "absent", "group_posts_without_code", "blank_name_is_undisclosed"),
        ImportKind.EMPLOYEES: (),
        ImportKind.REQUIREMENTS: ("occupations", "unit"),
    }

    def __init__(self, data: Any = None, *, kind: str, options: Mapping[str, Any]) -> None:
        initial = {**options, "occupations": "\n".join(options.get("occupations") or [])}
        super().__init__(data, initial=initial)
        kept = (*self.FIELDS[ImportKind(kind)], "save_as")
        self.fields = {name: field for name, field in self.fields.items() if name in kept}

    def options(self) -> dict[str, Any]:
        """The chosen options as plain data, those left blank left out."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "save_as"}
        if "occupations" in found:
            found["occupations"] = [line.strip() for line in found["occupations"].splitlines() if line.strip()]
        if "as_of" in found:
            found["as_of"] = found["as_of"].isoformat() if found["as_of"] else ""
        return found


class TableForm(forms.Form):
    """What one table holds and what its columns mean."""

    def __init__(self, data: Any = None, *, kind: str, entry: Mapping[str, Any], prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.entry = entry
        specs = TABLES[kind]
        table = (data or {}).get(f"{prefix}-table") or entry["table"]
        if table not in {spec.name for spec in specs}:
            table = entry["table"]
        self.spec = spec_of(kind, table)
        if len(specs) > 1:
            self.fields["table"] = forms.ChoiceField(
                label=_("Holds"), choices=[(spec.name, spec.label) for spec in specs], initial=table
            )
        headings = [("", _("not imported")), *((heading, heading) for heading in entry["headings"])]
        for known in self.spec.fields:
            self.fields[known.name] = forms.ChoiceField(
                label=known.label, choices=headings, required=False, initial=entry["columns"].get(known.name, "")
            )

    def chosen(self) -> dict[str, Any]:
        columns = {known.name: self.cleaned_data.get(known.name, "") for known in self.spec.fields}
        return {
            "source": self.entry["source"],
            "table": self.spec.name,
            "columns": {name: heading for name, heading in columns.items() if heading},
        }


def table_forms(data: Any, kind: str, entries: Sequence[Mapping[str, Any]]) -> list[TableForm]:
    return [TableForm(data, kind=kind, entry=entry, prefix=f"t{number}") for number, entry in enumerate(entries)]
