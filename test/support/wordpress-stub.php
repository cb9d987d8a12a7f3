<?php
/**
 * As much of WordPress as the plugin asks for. Standard input is a JSON object: `options`, `posts` by id, and `steps`,
 * each the name of what happens and what it is given. Prints what came of each step, and what was left behind.
 */

error_reporting( E_ALL );
set_error_handler( function ( $level, $message, $file, $line ) {
	throw new ErrorException( $message, 0, $level, $file, $line );
} );
define( 'ABSPATH', '/' );

$given = json_decode( stream_get_contents( STDIN ), true );
$world = array( 'actions' => array(), 'shortcodes' => array(), 'blocks' => array(), 'scripts' => array(), 'errors' => array(), 'sent' => array(), 'settings' => array() );
$current = null;

function post( $post ) {
	global $given;
	$id   = is_object( $post ) ? $post->ID : $post;
	$data = isset( $given['posts'][ $id ] ) ? $given['posts'][ $id ] : null;
	return $data ? (object) ( $data + array( 'ID' => (int) $id, 'post_type' => 'post', 'post_status' => 'publish', 'post_password' => '', 'post_author' => 1 ) ) : null;
}
function plain( $text ) {
	return htmlspecialchars( (string) $text, ENT_QUOTES, 'UTF-8' );
}

function add_action( $name, $callback, $priority = 10, $accepted = 1 ) {
	$GLOBALS['world']['actions'][ $name ][] = $callback;
}
function do_action( $name, ...$args ) {
	foreach ( $GLOBALS['world']['actions'][ $name ] ?? array() as $callback ) {
		$callback( ...$args );
	}
}
function get_option( $name ) {
	return $GLOBALS['given']['options'][ $name ] ?? false;
}
function delete_option( $name ) {
	unset( $GLOBALS['given']['options'][ $name ] );
}
function add_shortcode( $name, $callback ) {
	$GLOBALS['world']['shortcodes'][ $name ] = $callback;
}
function shortcode_atts( $defaults, $attributes ) {
	return array_intersect_key( (array) $attributes + $defaults, $defaults );
}
function register_block_type( $name, $settings ) {
	$GLOBALS['world']['blocks'][ $name ] = $settings;
}
function wp_enqueue_script( $handle, $src, $deps, $version, $args ) {
	$GLOBALS['world']['scripts'][ $handle ] = array( 'src' => $src, 'args' => $args );
}
function wp_register_script( $handle, $src, $deps, $version, $footer ) {
	$GLOBALS['world']['scripts'][ $handle ] = array( 'src' => $src, 'deps' => $deps );
}
function wp_add_inline_script( $handle, $script ) {
	$GLOBALS['world']['scripts'][ $handle ]['inline'] = $script;
}
function register_setting( $group, $name, $args ) {
	$GLOBALS['world']['settings'][ $name ] = $args;
}
function add_settings_error( $setting, $code, $message ) {
	$GLOBALS['world']['errors'][] = $message;
}
function add_options_page( ...$args ) {}
function register_uninstall_hook( $file, $callback ) {
	$GLOBALS['world']['actions']['uninstall'][] = $callback;
}
function settings_fields( $group ) {
	echo '<input type="hidden" name="_wpnonce" value="nonce-of-' . plain( $group ) . '">';
}
function submit_button() {
	echo '<button>Save</button>';
}
function current_user_can( $capability ) {
	return ( $GLOBALS['given']['capability'] ?? 'manage_options' ) === $capability;
}

function __( $text ) {
	return $text;
}
function esc_html__( $text ) {
	return plain( $text );
}
function esc_html_e( $text ) {
	echo plain( $text );
}
function esc_attr( $text ) {
	return plain( $text );
}
function esc_url_raw( $url, $protocols = array( 'http', 'https' ) ) {
	return preg_match( '#^(' . implode( '|', $protocols ) . ')://#i', $url ) ? preg_replace( '/[^\w\-~+.?#=!&;,\/:%@$|*\'()\[\]]/', '', $url ) : '';
}
function esc_url( $url ) {
	return plain( esc_url_raw( $url ) );
}
function untrailingslashit( $text ) {
	return rtrim( $text, '/\\' );
}
function wp_strip_all_tags( $text, $remove_breaks = false ) {
	$text = strip_tags( preg_replace( '@<(script|style)[^>]*?>.*?</\1>@si', '', $text ) );
	return trim( $remove_breaks ? preg_replace( '/[\r\n\t ]+/', ' ', $text ) : $text );
}
function wp_list_pluck( $list, $field ) {
	return array_column( $list, $field );
}
function wp_json_encode( $data ) {
	return json_encode( $data );
}
if ( ! function_exists( 'mb_substr' ) ) {
	function mb_substr( $text, $start, $length ) {
		preg_match_all( '/./us', $text, $found );
		return implode( '', array_slice( $found[0], $start, $length ) );
	}
}

function get_the_ID() {
	return $GLOBALS['current'] ?? false;
}
function get_post( $id ) {
	return post( $id );
}
function get_the_terms( $id, $taxonomy ) {
	$slugs = post( $id )->categories ?? array();
	return array_map( fn( $slug ) => (object) array( 'slug' => $slug ), $slugs ) ?: false;
}
function get_the_title( $post ) {
	return post( $post )->post_title;
}
function get_permalink( $post ) {
	return 'https://news.example/' . post( $post )->ID;
}
function get_the_guid( $post ) {
	return 'https://news.example/?p=' . post( $post )->ID;
}
function has_excerpt( $post ) {
	return '' !== ( post( $post )->post_excerpt ?? '' );
}
function get_the_excerpt( $post ) {
	return post( $post )->post_excerpt;
}
function get_the_author_meta( $field, $user ) {
	return 'Kim Editor';
}
function get_post_time( $format, $gmt, $post ) {
	return gmdate( $format, 1763640000 );
}
function get_post_modified_time( $format, $gmt, $post ) {
	return (string) ( post( $post )->modified ?? 1 );
}
function get_post_thumbnail_id( $post ) {
	return post( $post )->picture ?? 0;
}
function wp_get_attachment_image_url( $id, $size ) {
	return 'https://news.example/picture-' . $id . '.jpg';
}
function get_post_meta( $id, $key, $single ) {
	return 'A ferry';
}
function wp_remote_post( $url, $args ) {
	$headers = array();
	foreach ( $args['headers'] as $name => $value ) {
		$headers[] = "$name: $value";
	}
	$http   = array( 'method' => 'POST', 'header' => $headers, 'content' => $args['body'], 'ignore_errors' => true );
	$answer = file_get_contents( $url, false, stream_context_create( array( 'http' => $http ) ) );
	$GLOBALS['world']['sent'][] = array( 'url' => $url, 'blocking' => $args['blocking'], 'status' => $http_response_header[0], 'answer' => json_decode( $answer ) );
}

require $argv[1];
do_action( 'init' );
do_action( 'admin_init' );
do_action( 'admin_menu' );

$came = array();
foreach ( $given['steps'] as list( $what, $with ) ) {
	switch ( $what ) {
		case 'shortcode':
			$came[] = $world['shortcodes']['ms-form']( $with );
			break;
		case 'block':
			$came[] = $world['blocks']['daybreak/form']['render_callback']( $with );
			break;
		case 'in post':
			$current = $with;
			break;
		case 'transition':
			do_action( 'transition_post_status', $with[1], $with[2] ?? 'draft', post( $with[0] ) );
			break;
		case 'change':
			$given['posts'][ $with[0] ] = $with[1] + $given['posts'][ $with[0] ];
			break;
		case 'shutdown':
			do_action( 'shutdown' );
			break;
		case 'save':
			$given['options']['daybreak'] = $world['settings']['daybreak']['sanitize_callback']( $with );
			$came[]                       = $given['options']['daybreak'];
			break;
		case 'page':
			ob_start();
			daybreak_page();
			$came[] = ob_get_clean();
			break;
		case 'uninstall':
			do_action( 'uninstall' );
			$came[] = $given['options'];
			break;
		default:
			throw new Exception( "no step $what" );
	}
}
echo json_encode( array( 'came' => $came, 'scripts' => $world['scripts'], 'blocks' => $world['blocks'], 'errors' => $world['errors'], 'sent' => $world['sent'] ) );
