#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "text/regex/pattern.h"

namespace assay {

/// What becomes of the matches of a pattern that splits a text.
enum class SplitBehavior : uint8_t {
  kIsolated,            ///< matches are pieces of their own, and so is what lies between
  kRemoved,             ///< matches are dropped
  kMergedWithPrevious,  ///< a match ends the piece before it
  kMergedWithNext,      ///< a match begins the piece after it
  kContiguous,          ///< matches next to each other are one piece
};

/// One step of a pre-tokenizer.
struct SplitStage {
  Pattern pattern;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;  ///< what lies between the matches is meant
};

/// Cuts a text into the pieces that byte-pair encoding works on, by one pattern after the other.
class PreTokenizer {
 public:
  using TakePiece = std::function<void(std::string_view piece)>;

  PreTokenizer() = default;
  explicit PreTokenizer(std::vector<SplitStage> stages) : stages_(std::move(stages)) {}

  /// The state of one thread's searches.
  class Splitter {
   public:
    /// `pre_tokenizer` must outlive it.
    explicit Splitter(const PreTokenizer& pre_tokenizer);
    /// Calls `take` with each piece of `text`, in order; none is empty. `text` must be UTF-8.
    /// Throws: DataError where a search takes too many steps.
    void split(std::string_view text, const TakePiece& take) { run(0, text, take); }

   private:
    void run(size_t stage, std::string_view text, const TakePiece& take);
    void run_isolated(size_t stage, std::string_view text, const TakePiece& take);

    const std::vector<SplitStage>* stages_;
    std::vector<Pattern::Search> searches_;
  };

 private:
  std::vector<SplitStage> stages_;
};

}  // namespace assay
