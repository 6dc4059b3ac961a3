#pragma once

#include <cctype>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace assay::audit {

/// Evaluates a printed formula like "(1 - 172800 / 300600) * 100": what a reader with a calculator
/// does. Its own little parser, so that it shares no code with what printed the formula.
class FormulaValue {
 public:
  static double of(std::string_view text) {
    FormulaValue parser(text);
    const double value = parser.sum();
    parser.skip();
    if (parser.at_ != text.size()) throw std::runtime_error("formula: text is left over");
    return value;
  }

 private:
  explicit FormulaValue(std::string_view text) : text_(text) {}

  double sum() {
    double value = product();
    while (true) {
      if (take('+')) {
        value += product();
      } else if (take('-')) {
        value -= product();
      } else {
        return value;
      }
    }
  }

  double product() {
    double value = power();
    while (true) {
      if (take('*')) {
        value *= power();
      } else if (take('/')) {
        value /= power();
      } else {
        return value;
      }
    }
  }

  double power() {
    const double value = factor();
    return take('^') ? std::pow(value, factor()) : value;
  }

  bool take_word(std::string_view word) {
    skip();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  double factor() {
    if (take_word("sqrt")) return std::sqrt(factor());
    if (take_word("exp")) return std::exp(factor());
    if (take_word("ln")) return std::log(factor());
    if (take('(')) {
      const double value = sum();
      if (!take(')')) throw std::runtime_error("formula: no closing parenthesis");
      return value;
    }
    skip();
    size_t used = 0;
    const double value = std::stod(std::string(text_.substr(at_)), &used);
    at_ += used;
    return value;
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace assay::audit
