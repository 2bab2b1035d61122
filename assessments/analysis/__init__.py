"""分析: how the latest results of a department compare with those of everybody whom one may see.

    filters    what the address says: which department, whose results, which of them
    load       the rows, by one statement
    counted    what is counted of them, kept until the database notes a change of people or results
    types, scales   how many are of which type, means and spread, from rows; pure
    small_groups    what must not be told of fewer than three people; pure
    group      the chosen group: its name, its number, the tree beside it
    figures    what balance, crossing and profile have in common: what a page and its files say
    views      the pages

Whatever is counted lies within the reach of whoever asks: nobody's figures hold people whose results they may not see.
"""
