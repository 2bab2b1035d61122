"""分析: how the latest results of a department compare with those of everybody whom one may see.

    filters    what the address says: which department, whose results, which of them
    load       the rows, by one statement
    types, cross, scales   figures from rows; pure
    small_groups   what must not be told of fewer than three people; pure
    group, tables  what a page and a file say, made from figures
    views      the pages

Whatever is counted lies within the reach of whoever asks: nobody's figures hold people whose results they may not see.
"""
