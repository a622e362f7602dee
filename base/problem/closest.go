package problem

// longestName is how long a name may be to be compared with others, in bytes.
const longestName = 64

// Closest returns the name that was probably meant by text, or nothing: the
// one that is at most two bytes away.
func Closest(text string, names []string) string {
	best, least := "", 3
	if len(text) > longestName {
		return best
	}
	for _, name := range names {
		if d := distance(text, name); d < least && d < len(name) {
			best, least = name, d
		}
	}
	return best
}

// distance counts the bytes to insert, delete or replace to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
