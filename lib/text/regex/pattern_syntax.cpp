#include "text/regex/pattern_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "error/error.h"
#include "text/regex/newer_unicode.h"

namespace assay {
namespace {

// The property White_Space, which is Oniguruma's \s; PCRE2's has U+180E besides.
constexpr std::string_view kSpace =
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"
    "\\x{205f}\\x{3000}";
constexpr std::string_view kEscapable = "()[]{}.*+?^$|\\/-#&~,'\"!%:;<=>@`_ ";
constexpr size_t kMaxPattern = 65536;
constexpr int kMaxDepth = 32;

class PatternRewriter {
 public:
  PatternRewriter(std::string_view pattern, std::string_view place)
      : pattern_(pattern), place_(place) {}

  std::string rewrite() {
    if (pattern_.empty() || pattern_.size() > kMaxPattern) fail("empty or too long");
    alternatives(0);
    if (at_ < pattern_.size()) fail("a ) without its (");
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("[text] {}: pattern not understood at its byte {}: {}: {}", place_,
                                at_, what, pattern_.substr(0, 200)));
  }
  [[nodiscard]] bool ends() const { return at_ >= pattern_.size(); }
  [[nodiscard]] char peek() const { return ends() ? '\0' : pattern_[at_]; }
  [[nodiscard]] bool next_is(std::string_view text) const {
    return pattern_.substr(at_).starts_with(text);
  }
  bool take(std::string_view text) {
    if (!next_is(text)) return false;
    at_ += text.size();
    return true;
  }

  void alternatives(int depth) {
    if (depth > kMaxDepth) fail("groups nested too deeply");
    while (!ends() && peek() != ')') {
      if (take("|")) {
        out_ += '|';
      } else {
        atom(depth);
        quantifier();
      }
    }
  }

  void atom(int depth) {
    const char c = peek();
    if (c == '(') return group(depth);
    if (c == '[') return char_class();
    if (c == '\\') return escape(/*in_class=*/false);
    if (c == '^' || c == '$') fail("an anchor");
    if (c == '*' || c == '+' || c == '?' || c == '{' || c == '}') fail("a quantifier of nothing");
    if (c == ']') fail("a ] without its [");
    if (c == '.') {
      ++at_;
      out_ += "[^\\n]";
      return;
    }
    literal();
  }

  void group(int depth) {
    for (const std::string_view begin : {"(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
      if (!take(begin)) continue;
      out_ += begin;
      return group_body(depth);
    }
    ++at_;
    if (peek() == '?' || peek() == '*') fail("a group of this kind");
    out_ += "(?:";
    group_body(depth);
  }
  void group_body(int depth) {
    alternatives(depth + 1);
    if (!take(")")) fail("a ( without its )");
    out_ += ')';
  }

  // One code point, copied as it is or as \x{...} where it could mean something.
  void literal() {
    const auto lead = static_cast<unsigned char>(peek());
    if (lead == 0) fail("a NUL");
    if (lead < 0x80) {
      out_ += fmt::format("\\x{{{:x}}}", lead);
      ++at_;
      return;
    }
    do {
      out_ += pattern_[at_++];
    } while (!ends() && (static_cast<unsigned char>(peek()) & 0xC0U) == 0x80);
  }

  void escape(bool in_class) {
    ++at_;
    if (ends()) fail("a \\ at the end");
    const char c = pattern_[at_];
    const auto set = [&](std::string_view members, bool negated = false) {
      if (in_class && negated) fail("a negated class in a class");
      ++at_;
      out_ += in_class ? std::string(members) : fmt::format("[{}{}]", negated ? "^" : "", members);
    };
    if (c == 's') return set(kSpace);
    if (c == 'S') return set(kSpace, true);
    if (c == 'd') return set(category("Nd"));
    if (c == 'p') return property(in_class);
    if (std::string_view("rnt").find(c) != std::string_view::npos) {
      ++at_;
      out_ += '\\';
      out_ += c;
      return;
    }
    if (kEscapable.find(c) == std::string_view::npos) fail(fmt::format("the escape \\{}", c));
    literal();
  }

  void property(bool in_class) {
    const size_t begin = at_ + 1;
    const size_t end = pattern_.find('}', at_);
    if (begin >= pattern_.size() || pattern_[begin] != '{' || end == std::string_view::npos) {
      fail("\\p without {a category}");
    }
    const std::string_view name = pattern_.substr(begin + 1, end - begin - 1);
    const std::string members = category(name);
    at_ = end + 1;
    out_ += in_class ? members : '[' + members + ']';
  }

  [[nodiscard]] std::string category(std::string_view name) const {
    constexpr std::array<std::string_view, 28> kCategories{
        "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd",
        "Ps", "Pe", "Pi", "Pf", "Po", "S",  "Sm", "Sc", "Sk", "So", "Z",  "Zs", "Zl", "Zp"};
    if (std::ranges::find(kCategories, name) == kCategories.end()) {
      fail(fmt::format("the property {}", name.substr(0, 40)));
    }
    return fmt::format("\\p{{{}}}{}", name, newer_members(name));
  }

  void char_class() {
    ++at_;
    out_ += '[';
    if (take("^")) out_ += '^';
    if (peek() == ']') fail("an empty class");
    while (peek() != ']') {
      if (ends()) fail("a [ without its ]");
      if (peek() == '[') fail("a class in a class");
      if (next_is("&&")) fail("an intersection of classes");
      class_member();
    }
    ++at_;
    out_ += ']';
  }

  // A member, or a range of two single characters; PCRE2 and Oniguruma differ on other uses of -.
  void class_member() {
    if (peek() == '-' && !next_is("-]")) fail("a - of no range");
    const bool is_single = class_single();
    if (peek() != '-' || next_is("-]")) return;
    if (!is_single) fail("a range that begins with a class");
    ++at_;
    out_ += '-';
    if (peek() == '[' || ends() || !class_single())
      fail("a range that does not end with a character");
    if (peek() == '-' && !next_is("-]")) fail("a - of no range");
  }
  // Whether what was taken is one character.
  bool class_single() {
    if (peek() != '\\') {
      literal();
      return true;
    }
    const bool is_set = at_ + 1 < pattern_.size() &&
                        std::string_view("sdp").find(pattern_[at_ + 1]) != std::string_view::npos;
    escape(/*in_class=*/true);
    return !is_set;
  }

  void quantifier() {
    const char c = peek();
    if (c == '{') return counted();
    if (c != '*' && c != '+' && c != '?') return;
    out_ += c;
    ++at_;
    if (peek() == '+' || peek() == '?') out_ += pattern_[at_++];
    if (peek() == '*' || peek() == '+' || peek() == '?' || peek() == '{') fail("two quantifiers");
  }

  void counted() {
    const size_t end = pattern_.find('}', at_);
    if (end == std::string_view::npos) fail("a { without its }");
    const std::string_view body = pattern_.substr(at_ + 1, end - at_ - 1);
    const size_t comma = body.find(',');
    const std::string low(body.substr(0, comma));
    const std::string high(comma == std::string_view::npos ? "" : body.substr(comma + 1));
    const auto counts = [](const std::string& digits) {
      return digits.size() <= 4 &&
             std::ranges::all_of(digits, [](char d) { return d >= '0' && d <= '9'; });
    };
    if (!counts(low) || !counts(high) || (low.empty() && high.empty())) fail("a count");
    at_ = end + 1;
    out_ += fmt::format("{{{}{}{}}}", low.empty() ? "0" : low,
                        comma == std::string_view::npos ? "" : ",", high);
    if (peek() == '+' || peek() == '?' || peek() == '*' || peek() == '{') {
      fail("a quantifier after a count");
    }
  }

  std::string_view pattern_;
  std::string_view place_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string to_pcre2(std::string_view pattern, std::string_view place) {
  return PatternRewriter(pattern, place).rewrite();
}

}  // namespace assay
