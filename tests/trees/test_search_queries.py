from dataclasses import replace

import pytest
from sqlalchemy import select

from rxapp.core.errors import DomainError
from rxapp.library import shelf_service
from rxapp.trees import search as search_module
from rxapp.trees.document import Command
from rxapp.trees.models import SearchWord
from rxapp.trees.queries import search_count, search_page
from tests.support.story import small_tree


@pytest.fixture
def search(story, cast):
    """Search as the technician; gives the titles, best match first."""

    def titles(text: str, *, by=None, **values) -> list[str]:
        actor = (by or cast.technician).actor
        return [tree.title for tree in story.see(search_page, actor, text, **values).items]

    return titles


def test_the_title_counts_more_than_tags_than_description_than_steps(story, search):
    filler = "plain words that say little about it"
    story.publish(small_tree("Alpha", description=filler, tags=("one", "two"), body="toner low"))
    story.publish(small_tree("Beta", description="toner low", tags=("one", "two"), body=filler))
    story.publish(small_tree("Gamma", description=filler, tags=("toner", "two"), body="low"))
    story.publish(small_tree("Toner Delta", description=filler, tags=("one", "two"), body="low"))
    for n in range(8):
        story.publish(small_tree(f"Other {n}", description=filler, tags=("one", "two")))
    assert search("toner") == ["Toner Delta", "Gamma", "Beta", "Alpha"]
    assert search("TON") == ["Toner Delta", "Gamma", "Beta", "Alpha"]


def test_words_in_the_head_come_before_any_number_of_them_in_the_steps(story, search):
    story.publish(small_tree("Much about it", body="toner cartridge " * 80))
    story.publish(small_tree("Split", description="toner", body="cartridge " * 80))
    story.publish(small_tree("Long " * 20, description="cartridge after toner " + "word " * 200))

    assert search("toner cartridge")[0] == ("Long " * 20).strip()
    assert len(search("toner cartridge")) == 3


@pytest.mark.parametrize("category", [None, "Even"])
def test_pages_lead_through_every_tree_once_and_in_order(story, cast, search, category):
    for n in range(5):
        even = "Even" if n % 2 == 0 else "Odd"
        story.publish(small_tree(f"Cable {n}", tags=("plug",) * (n % 2), category=even))
        story.publish(small_tree(f"Other {n}", body="cable " * (n + 1), category=even))
    whole = search("cable", category=category)
    found, cursor = [], None
    while cursor or not found:
        page = story.see(
            search_page,
            cast.technician.actor,
            "cable",
            category=category,
            cursor=cursor,
            limit=3,
        )
        found += [tree.title for tree in page.items]
        cursor = page.next_cursor

    assert found == whole
    assert len(whole) == (6 if category else 10)
    assert {title[:5] for title in whole[: len(whole) // 2]} == {"Cable"}


def test_a_word_is_found_by_its_beginning_only(story, search):
    story.publish(small_tree("Printer offline"))
    assert search("prin") == search("pri") == search("printer") == ["Printer offline"]
    assert search("inter") == []


def test_trees_with_every_word_come_first_then_those_with_most(story, search):
    story.publish(small_tree("Printer offline", tags=("spooler",), body="restart it"))
    story.publish(small_tree("Printer jams", body="open the tray"))
    for n in range(8):
        story.publish(small_tree(f"Other {n}", body="printer"))
    assert search("offline printer")[0] == "Printer offline"
    assert search("printer spool rest")[0] == "Printer offline"
    assert search("printer tray")[0] == "Printer jams"
    assert sorted(search("spooler tray")) == ["Printer jams", "Printer offline"]
    assert search("printer tray zither")[0] == "Printer jams"


def test_titles_commands_and_options_of_steps_are_found_too(search):
    for words in ("volume", "Get-AudioDevice", "still silent", "sound card", "behind the desk"):
        assert search(words) == ["No sound"], words


def test_each_command_is_found_by_its_label_and_its_text(story, search):
    tree = small_tree("Stuck jobs")
    first, *others = tree.document.nodes
    spooled = [Command(label="Empty the spooler", text="Clear-Jobs")]
    spooled.append(Command(label="Look", text="Read-Jobs"))
    nodes = (first.model_copy(update={"commands": tuple(spooled)}), *others)
    story.publish(replace(tree, document=tree.document.model_copy(update={"nodes": nodes})))
    for words in ("spooler", "Clear-Jobs", "read jobs"):
        assert search(words) == ["Stuck jobs"], words


TYPED = {
    "Outlook.exe does not start": ["outlook.exe", "outlook", "OUTLOOK.EXE start", "exe"],
    "Cannot reach 169.254.1.1 at all": ["169.254.1.1", "169.254"],
    "Sign-in at portal.example.com": ["portal.example.com", "portal", "example", "sign-in"],
    "Mail to help@example.com bounces": ["help@example.com", "help"],
    "Error 0x0000011b when printing": ["0x0000011b", "0x000"],
    "Folder C:\\Windows\\Temp is full": ["windows", "c:\\windows\\temp", "temp"],
    "Share /srv/public is gone": ["/srv/public", "public"],
    "The back_up job failed": ["back_up", "back", "job"],
    "Überlauf im Wi-Fi-Gerät": ["überlauf", "ÜBER", "wi-fi", "gerät"],
    "プリンター offline": ["プリ", "offline"],
}


def test_what_people_type_from_an_error_message_is_found(story, search):
    for title in TYPED:
        story.publish(small_tree(title))
    missed = {
        word: title for title, words in TYPED.items() for word in words if title not in search(word)
    }
    assert missed == {}


def test_a_new_version_is_found_under_its_new_words_alone(story, search):
    story.publish(small_tree("Fan noise", body="dust"))
    story.publish(small_tree("Fan noise", body="bearing"))
    assert (search("dust"), search("bearing")) == ([], ["Fan noise"])


def test_nothing_of_another_account_is_found(story, cast, search):
    story.publish(small_tree("Secret plan"), account_of=cast.outsider)
    assert search("secret") == search("secrte") == []
    assert search("no sound secret") == ["No sound"]
    assert search("secret", by=cast.outsider) == ["Secret plan"]
    assert search(cast.outsider.actor.account_id.hex) == []
    assert search(f"account {cast.outsider.actor.account_id.hex}") == []


def test_another_accounts_trees_take_no_place_in_a_short_list(story, cast, search):
    for n in range(8):
        story.publish(
            small_tree(f"Scanner scanner {n}", tags=("scanner",)), account_of=cast.outsider
        )
    story.publish(small_tree("Old device", body="a scanner"))
    assert search("scanner", limit=1) == ["Old device"]


def test_a_category_narrows_and_a_limit_cuts(story, search):
    for n in range(6):
        story.publish(small_tree(f"Cable {n}", category="Even" if n % 2 == 0 else "Odd"))
    assert sorted(search("cable", category="Odd")) == ["Cable 1", "Cable 3", "Cable 5"]
    assert len(search("cable", limit=4)) == 4
    assert len(search("cable", category="Even", limit=2)) == 2
    assert search("cable", category="None") == []


NO_WORDS = ["", "   ", "'", '"', "\\", "*", "%", "()", "-", "!&|", "😀", "\x00", "\n", "<->", ";--"]


def test_what_holds_no_word_finds_nothing(search):
    assert [text for text in NO_WORDS if search(text)] == []


ODD = [
    '"sound',
    "'sound",
    "sound'); DROP TABLE tree; --",
    "sound OR printer",
    "sound AND",
    "NOT sound",
    "NEAR(sound no)",
    "title : sound",
    "title:sound*",
    "^sound",
    "sound & !x | y <-> z",
    "sound:*",
    "{sound}",
    "sound 😀",
    "sound\x00",
    "sound\ud800",
    "İ ß ﬁ ǅ ª ½ ² ٣ ① _",
    "s̈ound",
    "_",
    "_ sound",
    "sound " * 2_000,
    " ".join(f"word{n}" for n in range(10_000)),
    "sound" + "x" * 1_000_000,
    'sound" OR account : "',
    "sound' | ''",
    "s" * 10_000,
    "ü" * 10_000,
    "😀" * 10_000,
    "\\" * 10_000,
]


def test_odd_input_is_words_and_nothing_else(search):
    for text in ODD:
        try:
            found = search(text)
        except DomainError as refusal:
            assert refusal.message
        else:
            assert set(found) <= {"No sound"}, ascii(text[:20])


def test_signs_around_a_word_do_not_hide_it(search):
    for text in ('"sound"', "(sound)", "sound!", "'no' & sound", "sound*", "no, sound?", "sound😀"):
        assert search(text) == ["No sound"], text


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Büro drucker", ["buro", "buero", "BÜRO", "bu\u0308ro"]),
        ("Slow Wi-Fi", ["wifi", "wi-fi", "wi fi", "WLAN", "wireles"]),
        ("Cannot log in", ["login", "log in", "logon", "signing in"]),
        ("Compile C++ and .NET", ["c++", ".net", "dotnet", "C++ -"]),
        ("Error 0x80070005", ["0x80070005", "0x8007"]),
        ("Printer offline", ["prnter", "printeroffline", "ofline printers", "printing offline"]),
        ("共有フォルダーを開けません", ["フォルダー", "共有"]),
        ("เครื่องพิมพ์ไม่ทำงาน", ["พิมพ์"]),
        ("Mailbox taken over", ["email hacked", "the mailbox of our customer was hacked"]),
    ],
)
def test_what_is_typed_another_way_is_found(story, search, title, typed):
    story.publish(small_tree(title))
    story.publish(small_tree("Unlike anything", body="filler"))
    assert {text: search(text)[:1] for text in typed} == {text: [title] for text in typed}


def test_what_many_trees_have_as_typed_is_not_looked_for_in_other_ways(story, search, monkeypatch):
    monkeypatch.setattr(search_module, "PLENTY", 3)
    for n in range(3):
        story.publish(small_tree(f"Laptop {n}"))
    story.publish(small_tree("Computer"))
    assert "Computer" not in search("laptop")
    monkeypatch.setattr(search_module, "PLENTY", 4)
    assert search("laptop")[-1] == "Computer"


def test_the_count_is_that_of_all_pages(story, cast):
    for n in range(7):
        story.publish(small_tree(f"Laptop {n}"))
    story.publish(small_tree("Computer"))
    see = story.see
    assert see(search_count, cast.technician.actor, "laptop") == 8
    assert see(search_count, cast.technician.actor, "laptop", category="None") == 0
    assert see(search_count, cast.technician.actor, "...") == 0


def test_a_search_says_which_words_and_which_step_it_found(story, cast):
    story.publish(small_tree("Old device", body="Replace the **toner** first", end="Prints again"))
    page = story.see(search_page, cast.technician.actor, "device toners", with_words=True)
    assert page.found == ["device", "toner"]
    assert [(step.title, step.text) for step in page.steps] == [
        ("Ready", "Replace the toner first")
    ]
    assert page.steps[0].tree_id == page.items[0].id
    plain = story.see(search_page, cast.technician.actor, "device toners")
    assert (plain.found, plain.steps) == ([], [])


def test_the_vocabulary_forgets_what_no_tree_says_any_more(story, cast):
    def words() -> set[str]:
        query = select(SearchWord.word).where(SearchWord.account_id == cast.senior.actor.account_id)
        return set(story.see(lambda db: db.execute(query).scalars().all()))

    before = words()
    tree_id = story.publish(small_tree("Zither hums", tags=("strings",), body="tune it"))
    assert words() - before >= {"zither", "strings", "tune"}
    story.publish(small_tree("Zither hums", tags=("strings",), body="oil it"))
    assert "tune" not in words()
    story.do(shelf_service.archive, cast.senior.actor, tree_id)
    assert words() == before
