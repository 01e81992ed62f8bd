# One function makes a module: static library, alias, header check and unit tests (STYLE section 10).

add_library(mednexus_warnings INTERFACE)
target_compile_options(mednexus_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  -fstack-protector-strong)
target_compile_definitions(mednexus_warnings INTERFACE _GLIBCXX_ASSERTIONS)
if(MEDNEXUS_SANITIZE)
  target_compile_options(mednexus_warnings INTERFACE
    -fsanitize=${MEDNEXUS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(mednexus_warnings INTERFACE -fsanitize=${MEDNEXUS_SANITIZE})
endif()

# mednexus_module(name HEADERS … SOURCES … TESTS … USES … PRIVATE_USES … TEST_USES …)
#   HEADERS  the module's public headers; anything else belongs to internal/
#   USES     targets whose types appear in the headers; PRIVATE_USES: those that do not
function(mednexus_module name)
  cmake_parse_arguments(M "" "" "HEADERS;SOURCES;TESTS;USES;PRIVATE_USES;TEST_USES" ${ARGN})
  set(target mednexus_${name})
  add_library(${target} STATIC ${M_SOURCES})
  add_library(mednexus::${name} ALIAS ${target})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${M_HEADERS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON LINKER_LANGUAGE CXX)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${M_USES} PRIVATE ${M_PRIVATE_USES} $<BUILD_INTERFACE:mednexus_warnings>)
  if(MEDNEXUS_TESTS AND M_TESTS)
    mednexus_test(${name} SOURCES ${M_TESTS} USES mednexus::${name} ${M_PRIVATE_USES} ${M_TEST_USES})
  endif()
endfunction()

# mednexus_test(name SOURCES … USES …): one GoogleTest program, its cases registered as <name>.<Suite>.<Case>.
function(mednexus_test name)
  cmake_parse_arguments(T "" "" "SOURCES;USES" ${ARGN})
  set(target mednexus_${name}_test)
  add_executable(${target} ${T_SOURCES})
  target_link_libraries(${target} PRIVATE ${T_USES} mednexus_warnings GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE
    MEDNEXUS_TEST_VECTORS="${CMAKE_SOURCE_DIR}/tests/vectors"
    MEDNEXUS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${target} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120
    PROPERTIES TIMEOUT 300 SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]" LABELS ${name})
endfunction()
