"""Reading a difference page by page: a draft is read once, and again once it has changed."""

from rxapp.versions import diff_queries
from tests.support.databases import counted
from tests.support.drafting import Author


def test_the_next_page_does_not_read_the_whole_draft_again(story, cast, database):
    author = Author(story, cast.senior, cast.tree_id)

    def titles(after: int) -> list[str]:
        page = story.see(
            diff_queries.compared, cast.senior.actor, cast.tree_id, old=1, new=None, after=after
        )
        return [item.title for item in page.items]

    author.sets("plug", "title", "Plug the cable in")
    with counted(database) as sent:
        assert titles(0) == ["Plug the cable in"]
        assert titles(1) == []
    assert sum("FROM draft_node" in statement for statement in sent) == 1
    author.sets("plug", "title", "Plug both cables in")
    assert titles(0) == ["Plug both cables in"]
