"""How long titles take on their way in and out: `python -m benchmarks.text`.

30,000 mixed titles go through `clean_text` and `feed_text`; the aim is less than a second on one core.
"""

from time import perf_counter

from feeds.text.bidi import feed_text
from feeds.text.clean import clean_text

COUNT = 30_000

TITLES = [
    "رئيس الحكومة يصل إلى بنغازي في زيارة تستغرق يومين",
    "FIFA تعلن مواعيد كأس العالم 2030",
    "5 قتلى في انفجار بطرابلس",
    "«الجزيرة»: مقتل صحفي في غزة",
    "-2.5% تراجع S&P 500 اليوم",
    "@POTUS يعلن انسحابه من #باريس",
    "مُحَمَّدٌ يَكْتُبُ الشِّعْرَ",
    "ﺍﻟﺤﻜﻮﻣﺔ ﺗﻌﻠﻦ",
    "می\u200cروم به خانه\u200c\u200cها",
    "🇱🇾 ليبيا تفوز 👨\u200d👩\u200d👧",
    "\ufeff\u200b  خبر\u00a0\u00a0عاجل\t\n\u200f ",
    "Breaking: Fire in Tripoli (ليبيا)",
]


def main() -> None:
    """Times one pass over the titles and prints it."""
    # Each string is new: nothing may be remembered from one to the next.
    titles = [f"{TITLES[number % len(TITLES)]} {number}" for number in range(COUNT)]
    start = perf_counter()
    for title in titles:
        feed_text(clean_text(title))
    seconds = perf_counter() - start
    print(f"text: {COUNT:,} titles in {seconds:.3f} s, {COUNT / seconds:,.0f} titles/s (aim: under 1 s)")


if __name__ == "__main__":
    main()
