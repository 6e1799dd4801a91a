"""A link to another page is the router's own."""

from rxapp.reflex_seam.page_link import ReactRouterLink


def test_it_is_the_router_s_link_with_our_class_on_it():
    link = ReactRouterLink.create("Inbox", to="/inbox", class_name="nav-link")
    assert (link.library, link.tag) == ("react-router", "Link")
    drawn = str(link)
    assert 'to:"/inbox"' in drawn
    assert '"nav-link"' in drawn
