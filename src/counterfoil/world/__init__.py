"""The drawn world: small scenes of which every fact is known.

    words      what there is: shapes, colours, sizes, fillings, relations, and what they are called
    drawing    a scene as numbers (Item, Drawing), and what is true of it
    splits     which compositions are held out of training
    layout     chance to a drawing
    paint      a drawing to pixels
    say        a drawing to captions, each word traced to what it tells of
    read       a caption to a claim, and whether it is true of a drawing
    edit       a drawing with one fact changed
    deal       a split's scenes by key: drawing, pixels, captions, all from (seed, number)

Nothing here knows of mining: the source, the perception and the editor that plug the world into it
are thin files beside their peers.
"""
