"""Who fills the score matrices: models, files of scores, and the controls that keep everyone honest.

    judge           a name to who answers, and the table of controls
    opened          models by name; the rest needs no torch
    cosine, tower   a dual encoder, which encodes each picture and text once
    matched         a model that looks at pairs
    given           scores from a file, and what writes one
    bounds          the best, none, and chance
    bag_of_words    all but the order of words
    blind           texts alone
    picture_only    pictures alone
    windows         as many items at a time as fit into memory

A scorer takes items and yields a matrix of each; a judge has one for every benchmark.
"""
