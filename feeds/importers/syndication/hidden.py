"""Entries that WordPress lists in its feeds though they ask for a password."""

import re
from collections.abc import Mapping
from typing import Any

# get_the_password_form(), whatever the language and the theme.
_FORM = re.compile(r"""wp-login\.php\?action=postpass|\bclass=["']post-password-form\b""")
# Where feeds hold summaries alone: WordPress's sentence in English, Arabic, Persian, Urdu and Central Kurdish.
_SENTENCES = frozenset(
    (
        "There is no excerpt because this is a protected post.",
        "لا يوجد مختصر لأن هذه التدوينة محمية بكلمة مرور.",
        "هیچ چکیده‌ای موجود نیست زیرا‌این یک نوشته حفاظت شده است.",
        "افتباس دستیاب نہیں کیونکہ یہ ایک محفوظ کیا گیا خط ہے۔",
        "هیچ ده‌رکێشانێک نییه‌ له‌به‌رئه‌وه‌ی ئه‌مه‌ بابه‌تێکی پاڕێزراوه‌",
    )
)


def asks_password(entry: Mapping[str, Any]) -> bool:
    """Whether an entry shows nothing but that its article wants a password."""
    parts = [*(entry.get("content") or ()), entry.get("summary_detail") or {}]
    texts = [str(part.get("value") or "") for part in parts]
    return any(_FORM.search(text) or text.strip() in _SENTENCES for text in texts)
