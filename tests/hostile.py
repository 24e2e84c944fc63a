"""Names that would be more than text: markup, template, script, typeset, formula."""

MARKUP = (
    "<img src=x onerror=alert(1)>${alert(1)}`{{7*7}}</svg></style></script>"
    "<script>alert(1)</script><b>x</b>'\""
)
TYPESET = '#panic() #let x = 1 *b* \\ "q", $y$'
LINK = '=HYPERLINK("http://127.0.0.1/","x")'
FORMULAS = (LINK, "+1+cmd|' /C calc'!A0", "-1", "@SUM(A1)", "＝1+1", "\t=1+1")
