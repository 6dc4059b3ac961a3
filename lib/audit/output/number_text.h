#pragma once

#include <string>
#include <string_view>

namespace assay::audit {

/// The shortest text that reads back as the same number to fifteen digits: what formulas show, so
/// that a reader (and a test) can evaluate them again. "2664000", "1.48e13", "0.27".
std::string exact_text(double value);

/// A number for people: `digits` significant ones, thousands set apart by commas. "2,788,000",
/// "0.4251", "3.71e24".
std::string readable_text(double value, int digits = 6);

/// A number with its unit for people: "2,788,000 gpu_h".
std::string readable_text(double value, std::string_view unit);

/// The same rounded, but without commas, for the right side of a formula.
std::string rounded_text(double value, int digits = 7);

/// A ratio in percent: 0.3906 -> "39.06 %".
std::string percent_text(double ratio);

/// The same with its sign, for a difference: "+12.5 %", "-3 %".
std::string signed_percent_text(double ratio);

/// The text with characters that change the order of what is read (U+202E and its like), end lines
/// or are invisible written out as "\u202e".
std::string with_visible_marks(std::string_view text);

/// Text for a terminal: control characters (escape sequences and changes of the writing direction
/// among them) appear as visible characters, new lines and tabs as spaces.
std::string printable(std::string_view text);

}  // namespace assay::audit
