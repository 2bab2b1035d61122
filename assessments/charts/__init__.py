"""Charts as SVG that the server draws, from plain values: no library, no script, no inline style.

A chart is made from values and shown by its own template, which is a table too: the drawing is hidden from screen
readers, the cells beside it say the same in numbers.

    chart = Dots([Dot("傾聴傾向", 52.3, earlier=49.0, cells=("52.3", "49.0"))], heads=("今回", "前回"))
    {% include chart.template with chart=chart only %}

* `bars.Bars`: horizontal bars, a group's share beside that of the whole.
* `stack.Stack`: a bar a group, divided; `stack.Part` is one piece of it.
* `dots.Dots`: scales of 偏差値, each a line with a dot (and its earlier one), or with means and their spread.
* `histogram.Histogram`: how values are spread, with marks such as where one person stands.

Positions are percent, so a chart is as wide as its place; texts keep their size. Whatever could overlap is reckoned
in `axis` at the narrowest width that a chart gets. Shapes, patterns and words tell apart what colours do; the colours
stand in `css/charts.css`, with those for print and for forced colours.
"""
