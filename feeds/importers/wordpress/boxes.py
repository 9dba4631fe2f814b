"""What themes and plugins put into the text of an article that is none of it."""

import re

from lxml import html

# By a word of class or id, or by how one begins.
_WORDS = frozenset(
    # Other articles: Jetpack, YARPP, Contextual Related Posts, WordPress Related Posts, Zemanta, Related Posts for
    # WordPress, Inline Related Posts, Bo Related, nrelate, Outbrain, Taboola, the newest ones by the editor's blocks.
    "jp-relatedposts yarpp yarpp-related crp_related wp_rp_wrap wp_rp_content zem_rp_wrap rp4wp-related-posts"
    " irp_wrapper relatedposts related-posts related_posts related-articles wp-block-jetpack-related-posts nrelate"
    " outbrain OUTBRAIN taboola tie-related-posts bs-irp wp-block-latest-posts wp-block-latest-comments"
    " wp-block-query wp-block-archives wp-block-categories wp-block-tag-cloud wp-block-calendar wp-block-search"
    " wp-block-loginout"
    # To be shared, liked, subscribed to, rated: Jetpack, AddToAny, AddThis, Sassy, Simple, Easy Social, Mashshare.
    " sharedaddy sd-sharing sd-like jp-post-flair addtoany_share_save_container addtoany_content a2a_kit"
    " addthis_toolbox addthis_tool heateor_sss_sharing_container heateorSssClear ssba essb_links mashsb-container"
    " sociable swp_social_panel dpsp-content-wrapper social-share share-buttons wpulike post-ratings kk-star-ratings"
    " kksr-legacy mc4wp-form wpcf7 wp-block-jetpack-subscriptions yasr-visitor-votes post-views pvc_clear"
    # Contents that WordPress makes of the headings, authors below the article, advertisements.
    " ez-toc-container lwptoc toc_container rank-math-toc author-box saboxplugin-wrap abh_box adsbygoogle ai-viewport-1"
    " google-auto-placed advads quads-location adrotate_widget wp-dark-mode-switcher screen-reader-text more-link"
    " kcite-bibliography printfriendly wpforms-container gform_wrapper elementor-toc__body".split()
)
_BEGINNINGS = re.compile(r"(?:quads-ad|advads-|ez-toc|ssba-|essb_|heateor_|mashsb-|dpsp-|swp_|jp-related|crp_|wp_rp_)")


def is_foreign(element: html.HtmlElement) -> bool:
    """Whether an element, with all in it, is a known plugin's."""
    names = element.get("class"), element.get("id")
    if names == (None, None):
        return False
    words = " ".join(filter(None, names)).split()
    return any(word in _WORDS or _BEGINNINGS.match(word) for word in words)
