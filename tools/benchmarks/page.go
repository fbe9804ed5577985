package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"golang.org/x/perf/benchfmt"
)

// section is a table of the page: what one benchmark measures.
type section struct {
	benchmark string
	// of heads the column that says which sub-benchmark it is, or is "" where there is one.
	of         string
	quantities []quantity
}

type quantity struct {
	unit, name string
	form       func(float64) string
}

var life = []quantity{
	{"preview-sec", "preview, nothing to do", seconds}, {"up-sec", "first `up`", seconds}, {"again-sec", "`up`, nothing to do", seconds},
	{"destroy-sec", "`destroy`", seconds}, {"peak-bytes", "peak memory", bytesOf}, {"resources", "resources", number}, {"state-bytes", "size of the state", bytesOf},
}

var sections = []section{
	{"Tenants", "tenants", life},
	{"Consumers", "stacks", life},
	{"Build", "of", []quantity{
		{"cold-sec", "cold build", seconds}, {"cold-peak-bytes", "its peak memory", bytesOf}, {"warm-sec", "warm build", seconds},
		{"binary-bytes", "binary", bytesOf}, {"start-sec", "start", seconds}, {"start-peak-bytes", "its peak memory", bytesOf},
	}},
	{"PluginStart", "", []quantity{{"sec/op", "start", seconds}, {"binary-bytes", "binary", bytesOf}}},
	{"PluginPreview", "beside", []quantity{{"sec/op", "preview", seconds}}},
	{"Connections", "", []quantity{{"sec/op", "connection, opened and closed", seconds}}},
	{"Requests", "", []quantity{{"requests/sec", "requests a second", number}}},
}

//go:embed page.md.tmpl
var prose string

// render makes the page and its plots, by file, of the output of the benchmarks.
func render(raw []byte) (map[string][]byte, error) {
	m, err := read(raw)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	page, err := template.New("").Funcs(template.FuncMap{
		"machine": m.machine,
		"has":     func(benchmark string) bool { return len(m.cases(benchmark)) > 0 },
		"table":   m.table,
		"plot": func(benchmark string) (string, error) {
			svg, err := m.plot(sectionOf(benchmark))
			if err != nil || svg == nil {
				return "", err
			}
			name := "benchmarks-" + strings.ToLower(benchmark) + ".svg"
			files[name] = svg
			return fmt.Sprintf("![Seconds by %s, this project's lines and those of its floor](%s)", sectionOf(benchmark).of, name), nil
		},
	}).Parse(prose)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = page.Execute(&text, nil)
	files["benchmarks.md"] = text.Bytes()
	return files, err
}

func sectionOf(benchmark string) section {
	return sections[slices.IndexFunc(sections, func(s section) bool { return s.benchmark == benchmark })]
}

// table is a benchmark's, in Markdown.
func (m measured) table(benchmark string) (string, error) {
	s, cases := sectionOf(benchmark), m.cases(benchmark)
	if len(cases) == 0 {
		return "", fmt.Errorf("there is no Benchmark%s", benchmark)
	}
	rows := []string{"| | this project | floor | ratio |", "| --- | --- | --- | --- |"}
	if s.of != "" {
		rows = []string{fmt.Sprintf("| %s %s", s.of, rows[0]), "| --- " + rows[1]}
	}
	for _, c := range cases {
		for _, q := range s.quantities {
			product, floor := m.median(key{benchmark, c, "product", q.unit}), m.median(key{benchmark, c, "floor", q.unit})
			if product == 0 || floor == 0 {
				return "", fmt.Errorf("no %s of the product or of the floor in Benchmark%s %s", q.unit, benchmark, c)
			}
			row := fmt.Sprintf("| %s | %s | %s | %.2f |", q.name, q.form(product), q.form(floor), product/floor)
			if s.of != "" {
				row = fmt.Sprintf("| %s %s", c, row)
			}
			rows = append(rows, row)
		}
	}
	return strings.Join(rows, "\n"), nil
}

// measured is what the benchmarks have said.
type measured struct {
	// machines are those where it was measured, each with the benchmarks; most often one.
	machines []string
	on       map[string][]string
	pulumi   string // the CLI's version
	// values are those of a sub-benchmark and a unit; names are the sub-benchmarks in their order.
	values map[key][]float64
	names  []key
}

// key is a sub-benchmark, Benchmark<benchmark>/<...=of>/<side>, and a unit.
type key struct{ benchmark, of, side, unit string }

func read(raw []byte) (measured, error) {
	m := measured{on: map[string][]string{}, values: map[key][]float64{}}
	reader := benchfmt.NewReader(bytes.NewReader(raw), recorded)
	for reader.Scan() {
		switch r := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			return m, r
		case *benchfmt.Result:
			k := keyOf(r.Name)
			on := machineOf(r)
			m.pulumi = cmp.Or(r.GetConfig("pulumi"), m.pulumi)
			if !slices.Contains(m.machines, on) {
				m.machines = append(m.machines, on)
			}
			if !slices.Contains(m.on[on], k.benchmark) {
				m.on[on] = append(m.on[on], k.benchmark)
			}
			if !slices.Contains(m.names, k) {
				m.names = append(m.names, k)
			}
			for _, v := range r.Values {
				k.unit = v.Unit
				m.values[k] = append(m.values[k], v.Value)
			}
		}
	}
	return m, reader.Err()
}

func keyOf(name benchfmt.Name) (k key) {
	base, parts := name.Parts()
	k.benchmark = string(base)
	for _, part := range parts {
		if _, value, is := strings.Cut(string(part), "="); is {
			k.of = value
		} else if side, is := strings.CutPrefix(string(part), "/"); is {
			k.side = side
		}
	}
	return k
}

// cases are the sub-benchmarks of a benchmark, those of a number by that.
func (m measured) cases(benchmark string) (found []string) {
	for _, k := range m.names {
		if k.benchmark == benchmark && k.side == "product" {
			found = append(found, k.of)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(numberOf(a), numberOf(b)) })
	return found
}

func numberOf(of string) float64 {
	n, _ := strconv.ParseFloat(of, 64)
	return n
}

// median is 0 where there is nothing.
func (m measured) median(of key) float64 {
	values := slices.Sorted(slices.Values(m.values[of]))
	if len(values) == 0 {
		return 0
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// machine says where it was measured, and what of it on another machine.
func (m measured) machine() string {
	said := m.machines[0]
	for _, on := range m.machines[1:] {
		said += "; " + strings.Join(m.on[on], ", ") + " on " + on
	}
	return said + "; Pulumi " + m.pulumi
}

// machineOf is where a result was measured.
func machineOf(r *benchfmt.Result) string {
	c := r.GetConfig
	return fmt.Sprintf("%s (%s cores, %s of memory), %s (%s/%s), with Go %s",
		c("cpu"), c("cores"), memory(c("memory")), c("system"), c("goos"), c("goarch"), c("go"))
}

// memory is that of /proc/meminfo.
func memory(kib string) string {
	return fmt.Sprintf("%.0f GiB", numberOf(strings.TrimSuffix(kib, " kB"))/(1<<20))
}

func seconds(s float64) string {
	switch {
	case s < 1e-3:
		return fmt.Sprintf("%.0f µs", s*1e6)
	case s < 1e-2:
		return fmt.Sprintf("%.2f ms", s*1e3)
	case s < 1:
		return fmt.Sprintf("%.0f ms", s*1e3)
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.1f s", s)
}

func bytesOf(b float64) string {
	if b < 1e6 {
		return fmt.Sprintf("%.0f kB", b/1e3)
	}
	return fmt.Sprintf("%.1f MB", b/1e6)
}

func number(n float64) string { return fmt.Sprintf("%.0f", n) }
