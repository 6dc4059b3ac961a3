#include "text/prepare/document_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"

namespace assay {
namespace {

constexpr size_t kReadSize = size_t{1} << 20;

uint64_t count_lines(std::string_view text) {
  return static_cast<uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

std::optional<RawDocument> DocumentReader::next() {
  while (true) {
    if (!source_ && !open_next()) return std::nullopt;
    if (auto document = next_in_file()) return document;
    finished_.push_back(
        {.path = files_[num_opened_ - 1], .sha256 = source_->file_sha256(), .bytes = bytes_read_});
    source_.reset();
  }
}

bool DocumentReader::open_next() {
  if (num_opened_ == files_.size()) return false;
  source_ = open_bytes(files_[num_opened_++]);
  bytes_read_ = 0;
  buffer_.clear();
  begin_ = 0;
  line_ = 1;
  gave_document_ = false;
  return true;
}

bool DocumentReader::refill() {
  if (begin_ > 0) buffer_.erase(0, begin_);
  begin_ = 0;
  expect_size(buffer_.size());
  const size_t filled = buffer_.size();
  buffer_.resize(filled + kReadSize);
  const size_t size = source_->read(std::span(buffer_).subspan(filled));
  buffer_.resize(filled + size);
  bytes_read_ += size;
  return size > 0;
}

void DocumentReader::expect_size(size_t size) const {
  if (size <= kMaxDocument) return;
  throw DataError(
      fmt::format("[text] {}:{}: a document of more than {} bytes; --documents line or blank-line "
                  "makes more of it",
                  files_[num_opened_ - 1].string(), line_, kMaxDocument));
}

std::optional<RawDocument> DocumentReader::next_in_file() {
  if (unit_ == DocumentUnit::kFile) {
    if (gave_document_) return std::nullopt;
    while (refill()) {
    }
    return take(buffer_.size(), 0);
  }
  return unit_ == DocumentUnit::kBlankLine ? take_paragraph() : take_line();
}

// The document of the next `size` bytes; `skipped` more are its end mark.
std::optional<RawDocument> DocumentReader::take(size_t size, size_t skipped) {
  expect_size(size);
  RawDocument document{.bytes = buffer_.substr(begin_, size),
                       .file = static_cast<uint32_t>(num_opened_ - 1),
                       .line = line_};
  line_ += count_lines(std::string_view(buffer_).substr(begin_, size + skipped));
  begin_ += size + skipped;
  gave_document_ = true;
  return document;
}

std::optional<RawDocument> DocumentReader::take_line() {
  size_t searched = 0;
  while (true) {
    const size_t newline = buffer_.find('\n', begin_ + searched);
    if (newline != std::string::npos) return take(newline - begin_, 1);
    searched = buffer_.size() - begin_;
    if (refill()) continue;
    if (begin_ == buffer_.size()) return std::nullopt;
    return take(buffer_.size() - begin_, 0);
  }
}

// Up to the next empty line, that is two newlines; a document begins with no newline.
std::optional<RawDocument> DocumentReader::take_paragraph() {
  while (true) {
    while (begin_ < buffer_.size() && buffer_[begin_] == '\n') {
      ++begin_;
      ++line_;
    }
    if (begin_ < buffer_.size()) break;
    if (!refill()) return std::nullopt;
  }
  size_t searched = 0;
  while (true) {
    const size_t end = buffer_.find("\n\n", begin_ + searched);
    if (end != std::string::npos) return take(end - begin_, 2);
    searched = std::max<size_t>(buffer_.size() - begin_, 1) - 1;
    if (refill()) continue;
    const size_t left = buffer_.size() - begin_;
    return buffer_.ends_with('\n') ? take(left - 1, 1) : take(left, 0);
  }
}

std::string DocumentReader::place_of(const RawDocument& document) const {
  return fmt::format("{}:{}", files_[document.file].string(), document.line);
}

std::vector<std::filesystem::path> list_files(const std::vector<std::filesystem::path>& inputs) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& input : inputs) {
    std::error_code error;
    if (std::filesystem::is_regular_file(input, error)) {
      files.push_back(input);
      continue;
    }
    if (!std::filesystem::is_directory(input, error)) {
      throw DataError(fmt::format("[text] neither a file nor a folder: {}", input.string()));
    }
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(input)) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  if (files.empty()) throw DataError("[text] the inputs hold no file");
  return files;
}

}  // namespace assay
