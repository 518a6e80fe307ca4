# Expands "@include FILE NAME=VALUE ..." lines: the file of this directory with @NAME@ replaced. Underscores in values of
# more than one word stand for spaces, but for TYPE.
# In the files that the variable "replaced" names, functions and procedures are replaced instead of created, and what the
# script "previous" has taken from PUBLIC is not taken again: a replaced function keeps its privileges, and a REVOKE in a
# script would make of all of them, also of what was granted since, initial ones, which a dump leaves out.
BEGIN {
	count = split(replaced, list, " ")
	for (entry = 1; entry <= count; entry++) replace[list[entry]] = 1
	while (previous != "" && (got = (getline text < previous)) > 0) if (text ~ /^REVOKE /) taken[text] = 1
	if (got < 0) { print "expand.awk: cannot read " previous > "/dev/stderr"; exit 1 }
}
function expand(line, depth,    words, n, i, pair, text, path, names, values, got)
{
	if (line !~ /^@include /)
	{
		if (FILENAME in replace && line ~ /^CREATE (FUNCTION|PROCEDURE) /) sub(/^CREATE /, "CREATE OR REPLACE ", line)
		if (!(FILENAME in replace && line in taken)) print line
		return
	}
	if (depth > 3) { print "expand.awk: includes are nested too deep" > "/dev/stderr"; exit 1 }
	n = split(line, words, " ")
	path = directory "/" words[2]
	for (i = 3; i <= n; i++) {
		split(words[i], pair, "=")
		names[i] = "@" pair[1] "@"
		values[i] = pair[2]
		if (pair[1] != "TYPE") gsub(/_/, " ", values[i])
	}
	while ((got = (getline text < path)) > 0) {
		for (i = 3; i <= n; i++) gsub(names[i], values[i], text)
		expand(text, depth + 1)
	}
	if (got < 0) { print "expand.awk: cannot read " path > "/dev/stderr"; exit 1 }
	close(path)
}
{ expand($0, 0) }
