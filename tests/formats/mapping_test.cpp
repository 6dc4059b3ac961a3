#include "formats/mapping.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "error/error.h"
#include "formats/mapping_watch.h"
#include "temporary_folder.h"

namespace assay {
namespace {

/// What a process leaves that reads the last byte of a file after it was cut off.
struct Ending {
  int exit_code = -1;
  std::string err;
};

Ending read_shortened(const std::filesystem::path& path) {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    explain_shortened_files();
    Mapping first(path);
    const Mapping mapping = std::move(first);
    std::filesystem::resize_file(path, 1);
    const volatile std::byte last = mapping.bytes().back();
    ::_exit(last == std::byte{0} ? 70 : 71);
  }
  ::close(ends[1]);
  Ending ending;
  char byte = 0;
  while (::read(ends[0], &byte, 1) == 1) ending.err += byte;
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) ending.exit_code = WEXITSTATUS(status);
  return ending;
}

TEST_CASE("a mapped file that is cut off while it is read ends with its name and exit 3") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "weights";
  std::ofstream(path) << std::string(100'000, 'a');
  const Ending ending = read_shortened(path);
  CHECK(ending.exit_code == 3);
  CHECK(ending.err ==
        "assay: [formats] file became shorter while it was read: " + path.string() + "\n");
}

TEST_CASE("more mappings than are watched are mappings all the same") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  std::ofstream(path) << "abc";
  std::vector<Mapping> many;
  many.reserve(600);
  for (int i = 0; i < 600; ++i) many.emplace_back(path);
  CHECK(many.back().bytes().size() == 3);
  many.clear();
  CHECK(read_shortened(path).exit_code == 70);  // its page is there, and ends in zeros
}

TEST_CASE("what is no file cannot be mapped") {
  CHECK_THROWS_AS(Mapping("/"), DataError);
  CHECK_THROWS_AS(Mapping("/no/such/file"), DataError);
}

}  // namespace
}  // namespace assay
