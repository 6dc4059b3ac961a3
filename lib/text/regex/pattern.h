#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// A compiled pattern. Immutable; searching from several threads is safe with a Search for each.
class Pattern {
 public:
  /// Compiles what to_pcre2() gives. `place` is for messages. Throws: DataError.
  static Pattern compile(std::string_view pattern, std::string_view place);
  /// A pattern that is nothing but `text`. Throws: DataError where it is empty.
  static Pattern literal(std::string_view text, std::string_view place);

  /// One numeric character, as the pre-tokenizer Digits has it.
  static Pattern digits();

  /// Where a match lies: [begin, end) in bytes.
  struct Match {
    size_t begin = 0;
    size_t end = 0;
  };

  /// Finds matches of one pattern, one after the other.
  class Search {
   public:
    /// `pattern` must outlive the search.
    explicit Search(const Pattern& pattern);
    /// The first match in `text` that begins at `begin` or later, if there is one. `text` must be
    /// UTF-8. Throws: DataError where the search takes too many steps.
    std::optional<Match> find(std::string_view text, size_t begin);

   private:
    const Pattern* pattern_;
    std::shared_ptr<void> match_data_;
  };

 private:
  static Pattern build(const std::string& pcre2, std::string_view place, bool is_literal);

  std::shared_ptr<const void> code_;
  std::string place_;
};

}  // namespace assay
