"""How many people are to be recruited: posts that nobody holds."""

import pandas as pd

from gridpart.rules import POSTS


def to_recruit(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the vacancies of each community.

    Parameters
    ----------
    posts
        A plan's table of posts.

    Returns
    -------
    vacancies
        Index community_code, for each community with posts, sorted; a column of
        counts for each post. A stand-in is found among workers, so a missing one
        counts as ``standby`` beside the missing worker next door.
    """
    vacant = posts["worker_id"].isna()
    community = posts["grid_code"].str[:12].rename("community_code")
    return pd.DataFrame(
        {
            post: (vacant & (posts["post"] == post)).groupby(community).sum()
            for post in POSTS
        }
    )
