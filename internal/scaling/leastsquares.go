package scaling

import "math"

// nonNegative solves a least-squares problem of a few unknowns, none of which may be
// negative: it tries every set of unknowns that are not 0, and takes the solution with the
// smallest errors. There must be at least one row.
func nonNegative(rows [][]float64, targets []float64) (best []float64) {
	unknowns := len(rows[0])
	least := math.Inf(1)
	for set := range 1 << unknowns {
		var columns []int
		for i := range unknowns {
			if set>>i&1 == 1 {
				columns = append(columns, i)
			}
		}
		solution, solved := solve(rows, targets, columns)
		if !solved {
			continue
		}
		full := make([]float64, unknowns)
		negative := false
		for i, column := range columns {
			full[column] = solution[i]
			negative = negative || solution[i] < 0
		}
		if squares := squaresOf(rows, targets, full); !negative && squares < least {
			best, least = full, squares
		}
	}
	return best
}

func squaresOf(rows [][]float64, targets, x []float64) (sum float64) {
	for i, row := range rows {
		e := targets[i]
		for j, v := range row {
			e -= v * x[j]
		}
		sum += e * e
	}
	return sum
}

// solve finds the least squares over some columns by
// modified Gram-Schmidt orthogonalization, which keeps the precision that normal
// equations lose.
func solve(rows [][]float64, targets []float64, columns []int) ([]float64, bool) {
	k := len(columns)
	q := make([][]float64, k)
	for i, column := range columns {
		for _, row := range rows {
			q[i] = append(q[i], row[column])
		}
	}
	rest := append([]float64{}, targets...)
	upper := make([][]float64, k)
	along := make([]float64, k)
	for i := range k {
		upper[i] = make([]float64, k)
		before := norm(q[i])
		for j := range i {
			upper[j][i] = dot(q[j], q[i])
			subtract(q[i], q[j], upper[j][i])
		}
		const independent = 1e-10
		length := norm(q[i])
		if length <= independent*before || len(rows) < k {
			return nil, false
		}
		upper[i][i] = length
		for r := range q[i] {
			q[i][r] /= length
		}
		along[i] = dot(q[i], rest)
		subtract(rest, q[i], along[i])
	}
	x := make([]float64, k)
	for i := k - 1; i >= 0; i-- {
		x[i] = along[i]
		for j := i + 1; j < k; j++ {
			x[i] -= upper[i][j] * x[j]
		}
		x[i] /= upper[i][i]
	}
	return x, true
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }

// subtract takes factor·b away from a.
func subtract(a, b []float64, factor float64) {
	for i := range a {
		a[i] -= factor * b[i]
	}
}
