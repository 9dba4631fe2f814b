"""How long text takes on its way in and out: `python -m benchmarks.text`.

30,000 mixed titles go through `clean_text` and `feed_text`; the aim is less than a second on one core. The texts of
20,000 articles, of 150 words each, become what the search index holds; the aim is less than two.
"""

from itertools import accumulate
from random import Random
from time import perf_counter

from feeds.text.bidi import feed_text
from feeds.text.clean import clean_text
from feeds.text.words import index_words

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


ARTICLES = 20_000
WORDS = 150
FRONTS = ["", "", "", "", "", "ال", "ال", "وال", "و", "ب", "بال", "لل", "ل", "ف"]
ENDS = [*[""] * 16, "،", ".", "ً", "»"]
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىئؤء"


def articles() -> list[str]:
    """Texts whose words are as unevenly frequent as a newspaper's (Zipf's law), a tenth with a name in Latin."""
    random = Random(20)
    vocabulary = [
        random.choice(FRONTS) + "".join(random.choices(LETTERS, k=random.randint(3, 5))) for _ in range(100_000)
    ]
    shares = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    found = []
    for number in range(ARTICLES):
        chosen = random.choices(vocabulary, cum_weights=shares, k=WORDS)
        text = " ".join(word + random.choice(ENDS) for word in chosen)
        found.append(f"{text} FIFA {number}" if number % 10 == 0 else text)
    return found


def titles() -> None:
    """Times one pass over the titles and prints it."""
    # Each string is new: nothing may be remembered from one to the next.
    titles = [f"{TITLES[number % len(TITLES)]} {number}" for number in range(COUNT)]
    start = perf_counter()
    for title in titles:
        feed_text(clean_text(title))
    seconds = perf_counter() - start
    print(f"text: {COUNT:,} titles in {seconds:.3f} s, {COUNT / seconds:,.0f} titles/s (aim: under 1 s)")


def words() -> None:
    """Times one pass over the articles and prints it."""
    texts = articles()
    start = perf_counter()
    for text in texts:
        index_words(text)
    seconds = perf_counter() - start
    print(f"words: {len(texts):,} articles of {WORDS} words for the index in {seconds:.3f} s (aim: under 2 s)")


def main() -> None:
    titles()
    words()


if __name__ == "__main__":
    main()
