#include "text/corpus_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "error/error.h"
#include "formats/durable_file.h"

namespace assay {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool separates_words(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string word_of(std::string_view piece) {
  while (!piece.empty() && !is_letter(piece.front())) piece.remove_prefix(1);
  while (!piece.empty() && !is_letter(piece.back())) piece.remove_suffix(1);
  if (!std::all_of(piece.begin(), piece.end(), is_letter)) return {};
  std::string word(piece);
  for (char& c : word) c = static_cast<char>(c | 0x20);  // ASCII letters to lower case
  return word;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::find_if(text.begin(), text.end(), separates_words);
    const auto size = static_cast<size_t>(end - text.begin());
    if (std::string word = word_of(text.substr(0, size)); !word.empty()) {
      words.push_back(std::move(word));
    }
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return words;
}

void CorpusWords::add(std::string_view text) {
  for (std::string& word : words_of(text)) words_.insert(std::move(word));
}

std::string to_text(const WordCount& count) {
  constexpr size_t kFewest = 20;
  if (count.words < kFewest) {
    return fmt::format("too few in the sample to tell: {} (letters alone), {} wanted", count.words,
                       kFewest);
  }
  return fmt::format("{:.0f} % of the sample's words are words of the corpus ({} of letters alone)",
                     100 * static_cast<double>(count.known) / static_cast<double>(count.words),
                     count.words);
}

WordCount CorpusWords::count_in(std::string_view sample) const {
  const std::vector<std::string> words = words_of(sample);
  const auto known = std::count_if(words.begin(), words.end(),
                                   [this](const std::string& word) { return contains(word); });
  return {words.size(), static_cast<size_t>(known)};
}

CorpusWords CorpusWords::load(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw DataError(fmt::format("[text] cannot read word list: {}", path.string()));
  CorpusWords words;
  for (std::string line; std::getline(in, line);) words.words_.insert(line);
  return words;
}

void CorpusWords::save(const std::filesystem::path& path) const {
  std::vector<std::string_view> sorted(words_.begin(), words_.end());
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const std::string_view word : sorted) {
    text += word;
    text += '\n';
  }
  write_file_durably(path, text);
}

}  // namespace assay
