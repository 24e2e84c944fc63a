"""Who answers for which grid: people to posts, Party organisations to grids.

A plan without posts goes in; its tables ``posts`` and ``party_links`` come out.

``posts`` has one row for every post: ``grid_code``, ``post``, and ``worker_id``, which
is missing where somebody is to be recruited. The posts are

- ``leader`` of a base grid, if the template of the rules has one;
- ``worker`` of a base grid (the A post), or of an exclusive grid that names nobody
  responsible (one that does has no post: that body answers for it);
- ``standby`` (the B post) of a base grid: the worker of an adjacent grid, or, if no
  adjacent grid has one, an eligible worker of the community without a grid;
- ``assistant`` of a base grid, four in 1+4+X;
- ``welfare`` of a base grid, the X: as many as there are people, none to recruit;
- ``micro_worker`` of a micro-grid (17 digits).

``party_links`` has one row for an organisation and a grid: ``contains`` (the
organisation lies in the base, micro- or exclusive grid) or ``covers`` (the branch or
group answers for the base or exclusive grid). Both are many-to-many.

This folder knows nothing of files, of the division, or of how a plan is checked.
"""
