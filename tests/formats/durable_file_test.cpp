#include "formats/durable_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "error/error.h"
#include "temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Makes every file of this process end at `size` bytes, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = size;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(FileSizeLimit&&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_CASE("a committed file replaces the old content and leaves nothing else") {
  const TemporaryFolder folder;
  write_file_durably(folder / "a", "old");
  write_file_durably(folder / "a", "new");
  CHECK(content_of(folder / "a") == "new");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a link stays a link and its target gets the content") {
  const TemporaryFolder folder;
  write_file_durably(folder / "target", "old");
  std::filesystem::create_symlink("target", folder / "link");
  write_file_durably(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(content_of(folder / "target") == "new");
}

TEST_CASE("a pipe is written, and nothing takes its place") {
  const TemporaryFolder folder;
  const std::filesystem::path pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const FileDescriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  write_file_durably(pipe, "text");
  std::array<char, 8> read{};
  CHECK(::read(reader.get(), read.data(), read.size()) == 4);
  CHECK(std::string_view(read.data()) == "text");
  CHECK(std::filesystem::is_fifo(pipe));
  CHECK_THROWS_AS(write_file_durably("/dev/full", "text"), StorageError);
  CHECK(std::filesystem::is_character_file("/dev/full"));
}

TEST_CASE("without commit the old content stays") {
  const TemporaryFolder folder;
  write_file_durably(folder / "a", "old");
  { DurableFile(folder / "a").write("half"); }
  CHECK(content_of(folder / "a") == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

// Replaces the file for ever, by contents of one letter each.
[[noreturn]] void replace_for_ever(const std::filesystem::path& path, size_t size) {
  for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    write_file_durably(path, std::string(size, letter));
  }
}

TEST_CASE("a process killed at any moment of a write leaves the old file or the new one, whole") {
  constexpr size_t kSize = 300'000;
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "totals.prom";
  write_file_durably(path, std::string(kSize, 'A'));
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) replace_for_ever(path, kSize);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    const std::string content = content_of(path);
    REQUIRE(content.size() == kSize);
    REQUIRE(content.find_first_not_of(content.front()) == std::string::npos);
  }
  // What a kill leaves is no *.prom, so that nobody reads it as metrics.
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    CHECK((entry.path() == path || entry.path().extension() != ".prom"));
  }
}

TEST_CASE("a write past the file size limit is a storage error that keeps the old content") {
  const TemporaryFolder folder;
  write_file_durably(folder / "a", "old");
  std::string message;
  {
    const FileSizeLimit limit(100);
    try {
      write_file_durably(folder / "a", std::string(1000, 'x'));
    } catch (const StorageError& error) {
      message = error.what();
      CHECK(error.exit_code() == ExitCode::kStorage);
    }
  }
  CHECK_THAT(message, Contains("[storage] cannot write") && Contains("ulimit -f"));
  CHECK(content_of(folder / "a") == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("the usual causes say what to do") {
  CHECK_THROWS_WITH(throw_storage_error("cannot write", "x", ENOSPC), Contains("free some space"));
  CHECK_THROWS_WITH(throw_storage_error("cannot write", "x", EDQUOT), Contains("free some space"));
  CHECK_THROWS_WITH(throw_storage_error("cannot write", "x", EROFS), Contains("not writable"));
}

TEST_CASE("a folder that does not exist is a storage error, a file in its place a config error") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(DurableFile(folder / "none/a"), StorageError);
  write_file_durably(folder / "a", "");
  CHECK_THROWS_AS(make_directories(folder / "a/b"), ConfigError);
  CHECK_THROWS_AS(fsync_directory(folder / "none"), StorageError);
}

}  // namespace
}  // namespace assay
