// Package spreadsheet reads the lists a coordinator has today: organisations,
// experts and requests, as CSV files saved from a spreadsheet program.
//
// It is pure: bytes and a [Catalogue] of what names may refer to go in; typed
// rows, or every problem of the file at once, come out. A file with one problem
// gives no rows. What the rows do to the database is the store's business.
//
// # Format
//
// UTF-8 with or without a byte order mark; semicolons or commas, whichever the
// header line has more of; quotes as in RFC 4180, so a cell may hold a line
// break; lines end in LF or CRLF. The first line names the columns, in any
// order, in Dutch or English, whatever the capitals, accents and punctuation.
// Empty lines are passed over. Several values in a cell stand apart by | or by a
// line break. Dates are dd-mm-jjjj or 2006-01-02, times 15:00 or 15.00, yes and
// no ja and nee. Themes, kinds and municipalities go by their code or their
// name. A file has at most 5 MiB and 10,000 rows.
//
// # What a problem says
//
// File, line, column and what to do. It repeats the text of a cell only where
// the column is about an organisation or a code: never of an expert, and never
// a theme, a wish or free text.
package spreadsheet
