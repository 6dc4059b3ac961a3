#pragma once

#include <string>
#include <string_view>

namespace assay {

/// A pattern of a tokenizer.json, which is written for Oniguruma with Ruby's syntax, as PCRE2
/// writes it. Taken are literals, classes, \s \S \d, \p{category}, groups, (?i:, look-around,
/// alternatives and quantifiers; `\s` and `\d` become the code points that Oniguruma has in them.
/// What PCRE2 could read in another way (nested classes, &&, \w, \b, anchors, {n,m}+) is refused.
/// `place` is for messages. Throws: DataError with the offset in the pattern.
/// Source: Oniguruma 6.9, doc/RE; pcre2pattern(3) 10.42.
std::string to_pcre2(std::string_view pattern, std::string_view place);

}  // namespace assay
