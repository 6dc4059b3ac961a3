#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace assay {

/// The words of a text in lower case: what lies between white space and has only ASCII letters
/// once other characters at both ends are cut off. "(Bot.)" is the word "bot"; "\Ser"po*let\" and
/// "1.5" are none.
std::vector<std::string> words_of(std::string_view text);

/// How many words a sample has, and how many of them are words of a corpus.
struct WordCount {
  size_t words = 0;
  size_t known = 0;
};

/// "65 % of the sample's words are words of the corpus (54 of letters alone)"; of a sample of less
/// than 20 words no share: three known words are no English.
std::string to_text(const WordCount& count);

/// The set of words of a corpus.
class CorpusWords {
 public:
  /// Reads a file with one word a line. Throws: DataError.
  static CorpusWords load(const std::filesystem::path& path);

  void add(std::string_view text);
  [[nodiscard]] bool contains(const std::string& word) const { return words_.contains(word); }
  [[nodiscard]] size_t size() const { return words_.size(); }
  /// The first and the last word of `sample` count too, though a sample may cut them.
  [[nodiscard]] WordCount count_in(std::string_view sample) const;
  /// Writes one word a line, sorted. Throws: StorageError.
  void save(const std::filesystem::path& path) const;

 private:
  std::unordered_set<std::string> words_;
};

}  // namespace assay
