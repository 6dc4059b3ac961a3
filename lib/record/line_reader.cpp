#include "record/line_reader.h"

#include <fmt/format.h>

#include <cstring>

#include "error/error.h"

namespace assay::record {
namespace {

constexpr size_t kBlock = size_t{1} << 18;

}  // namespace

LineReader::LineReader(const std::filesystem::path& path)
    : path_(path.string()), file_(path, std::ios::binary), buffer_(kBlock + kPadding, '\0') {
  if (!file_) throw DataError(fmt::format("[record] cannot read: {}", path_));
}

std::string LineReader::where() const { return fmt::format("{}:{}", path_, number_); }

bool LineReader::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (2 * (end_ + kPadding) > buffer_.size()) buffer_.resize(2 * buffer_.size());
  const size_t room = buffer_.size() - kPadding - end_;
  file_.read(buffer_.data() + end_, static_cast<std::streamsize>(room));
  if (file_.bad()) throw DataError(fmt::format("[record] cannot read: {}", path_));
  const auto got = static_cast<size_t>(file_.gcount());
  end_ += got;
  return got > 0;
}

bool LineReader::next() {
  size_t searched = 0;
  while (true) {
    const char* const begin = buffer_.data() + begin_;
    const size_t size = end_ - begin_;
    const void* const newline = std::memchr(begin + searched, '\n', size - searched);
    if (newline != nullptr) {
      line_ = {begin, static_cast<size_t>(static_cast<const char*>(newline) - begin)};
      begin_ += line_.size() + 1;
      ++number_;
      return true;
    }
    searched = size;
    if (fill()) continue;
    if (size == 0) return false;
    line_ = {buffer_.data(), size};
    begin_ = end_;
    torn_ = true;
    ++number_;
    return true;
  }
}

}  // namespace assay::record
