<?php
/**
 * Plugin Name: Daybreak
 * Description: Puts Daybreak's sign-up form into posts and pages, and tells Daybreak of a post the moment it is published.
 * Version: 1.0.0
 * Requires at least: 6.3
 * Requires PHP: 7.4
 * License: MIT
 * Text Domain: daybreak
 */

defined( 'ABSPATH' ) || exit;

/** @return array{url: string, key: string, feed: string} */
function daybreak_settings() {
	$kept = get_option( 'daybreak' );
	return array_merge(
		array(
			'url'  => '',
			'key'  => '',
			'feed' => '',
		),
		is_array( $kept ) ? $kept : array()
	);
}

/* The form: [ms-form id=1] and the block daybreak/form. */

/** A number, also where an editor's quotation marks came along; 0 for anything else. */
function daybreak_form_id( $text ) {
	return is_scalar( $text ) && preg_match( '/^["\'“”„‟″‘’′\s]{0,3}(\d{1,9})["\'“”„‟″‘’′\s]{0,3}$/u', (string) $text, $found )
		? (int) $found[1]
		: 0;
}

/** A post's sections, as Daybreak names them. @return string[] */
function daybreak_topics( $post_id ) {
	$terms  = $post_id ? get_the_terms( $post_id, 'category' ) : array();
	$slugs  = is_array( $terms ) ? wp_list_pluck( $terms, 'slug' ) : array();
	$topics = preg_grep( '/^[a-z0-9][a-z0-9-]{0,62}$/', $slugs );
	return array_slice( array_values( array_diff( $topics, array( 'uncategorized' ) ) ), 0, 20 );
}

function daybreak_form( $attributes ) {
	$id  = daybreak_form_id( isset( $attributes['id'] ) ? $attributes['id'] : '' );
	$url = daybreak_settings()['url'];
	if ( 0 === $id || '' === $url ) {
		return '';
	}
	// The script fills in every form of the page, however many there are. Its address is what it calls home by.
	wp_enqueue_script(
		'daybreak',
		$url . '/embed.js',
		array(),
		null,
		array(
			'strategy'  => 'async',
			'in_footer' => true,
		)
	);
	$topics = implode( ',', daybreak_topics( get_the_ID() ) );
	return sprintf(
		'<div data-daybreak-form="%1$d"%2$s><noscript><p><a href="%3$s">%4$s</a></p></noscript></div>',
		$id,
		'' === $topics ? '' : ' data-topics="' . esc_attr( $topics ) . '"',
		esc_url( $url . '/forms/' . $id ),
		esc_html__( 'Sign up by email', 'daybreak' )
	);
}

function daybreak_shortcode( $attributes ) {
	return daybreak_form( shortcode_atts( array( 'id' => '1' ), $attributes, 'ms-form' ) );
}

function daybreak_register() {
	add_shortcode( 'ms-form', 'daybreak_shortcode' );
	wp_register_script( 'daybreak-block', false, array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-i18n' ), '1.0.0', true );
	wp_add_inline_script( 'daybreak-block', DAYBREAK_BLOCK );
	register_block_type(
		'daybreak/form',
		array(
			'api_version'           => 3,
			'title'                 => __( 'Daybreak sign-up form', 'daybreak' ),
			'category'              => 'widgets',
			'icon'                  => 'email',
			'attributes'            => array(
				'id' => array(
					'type'    => 'integer',
					'default' => 1,
				),
			),
			'editor_script_handles' => array( 'daybreak-block' ),
			'render_callback'       => 'daybreak_form',
		)
	);
}
add_action( 'init', 'daybreak_register' );

const DAYBREAK_BLOCK = <<<'JS'
( ( { blocks, blockEditor, components, element, i18n } ) => {
	const el = element.createElement;
	blocks.registerBlockType( 'daybreak/form', {
		edit: ( { attributes, setAttributes } ) =>
			el( 'div', blockEditor.useBlockProps(), el( components.TextControl, {
				__nextHasNoMarginBottom: true,
				type: 'number',
				min: 1,
				label: i18n.__( 'Daybreak sign-up form no.', 'daybreak' ),
				help: i18n.__( 'Its number stands in Daybreak under Settings, Forms.', 'daybreak' ),
				value: attributes.id,
				onChange: ( id ) => setAttributes( { id: Math.max( 1, parseInt( id, 10 ) || 1 ) } ),
			} ) ),
		save: () => null,
	} );
} )( window.wp );
JS;

/* The ping. */

/**
 * Remembers what was published until the request ends: the block editor sets categories and picture only after the
 * status. What was published before is told again, for a headline may have been put right.
 */
function daybreak_on_transition( $new_status, $old_status, $post ) {
	global $daybreak_published;
	if ( 'publish' !== $new_status || 'post' !== $post->post_type || '' !== $post->post_password ) {
		return;
	}
	if ( empty( $daybreak_published ) ) {
		add_action( 'shutdown', 'daybreak_tell' );
	}
	$daybreak_published[ $post->ID ] = true;
}
add_action( 'transition_post_status', 'daybreak_on_transition', 10, 3 );

function daybreak_tell() {
	global $daybreak_published;
	$settings = daybreak_settings();
	foreach ( array_keys( (array) $daybreak_published ) as $id ) {
		$article = daybreak_article( $id );
		if ( $article ) {
			daybreak_send( 'articles', $article, $id . ' ' . get_post_modified_time( 'U', true, $id ) );
		}
	}
	if ( $daybreak_published && '' !== $settings['feed'] ) {
		daybreak_send( 'sources', array( 'url' => $settings['feed'] ), microtime() );
	}
	$daybreak_published = array();
}

/** A post as Daybreak's API takes it; null when it is gone or hidden again. */
function daybreak_article( $id ) {
	$post = get_post( $id );
	if ( ! $post || 'publish' !== $post->post_status ) {
		return null;
	}
	$picture = get_post_thumbnail_id( $post );
	$article = array(
		// What the site's own feed calls it, so that a polled feed finds the same article.
		'external_id'  => get_the_guid( $post ),
		'url'          => get_permalink( $post ),
		'headline'     => daybreak_text( get_the_title( $post ), 300 ),
		'standfirst'   => has_excerpt( $post ) ? daybreak_text( get_the_excerpt( $post ), 1000 ) : '',
		'byline'       => daybreak_text( get_the_author_meta( 'display_name', $post->post_author ), 300 ),
		'topics'       => daybreak_topics( $id ),
		'published_at' => get_post_time( 'Y-m-d\TH:i:s\Z', true, $post ),
	);
	if ( $picture ) {
		$article['image_url'] = (string) wp_get_attachment_image_url( $picture, 'large' );
		$article['image_alt'] = daybreak_text( get_post_meta( $picture, '_wp_attachment_image_alt', true ), 500 );
	}
	return $article;
}

function daybreak_text( $html, $most ) {
	$text = html_entity_decode( wp_strip_all_tags( (string) $html, true ), ENT_QUOTES, 'UTF-8' );
	return trim( mb_substr( $text, 0, $most ) );
}

/** Waits for no answer: publishing must not hang because a mail service does. */
function daybreak_send( $place, $body, $once ) {
	$settings = daybreak_settings();
	if ( '' === $settings['url'] || '' === $settings['key'] ) {
		return;
	}
	$json = wp_json_encode( $body );
	wp_remote_post(
		$settings['url'] . '/api/v1/' . $place,
		array(
			'blocking'    => false,
			'timeout'     => 3,
			'redirection' => 0,
			'headers'     => array(
				'Authorization'   => 'Bearer ' . $settings['key'],
				'Content-Type'    => 'application/json',
				'Idempotency-Key' => 'wordpress-' . hash( 'sha256', $place . "\n" . $once . "\n" . $json ),
			),
			'body'        => $json,
		)
	);
}

/* Settings → Daybreak. */

function daybreak_menu() {
	add_options_page( 'Daybreak', 'Daybreak', 'manage_options', 'daybreak', 'daybreak_page' );
}
add_action( 'admin_menu', 'daybreak_menu' );

function daybreak_admin() {
	register_setting( 'daybreak', 'daybreak', array( 'sanitize_callback' => 'daybreak_sanitize' ) );
}
add_action( 'admin_init', 'daybreak_admin' );

/** What is refused stays as it was, and the page says why. The key is never shown again, so left empty it is kept. */
function daybreak_sanitize( $sent ) {
	$kept = daybreak_settings();
	$sent = is_array( $sent ) ? array_filter( $sent, 'is_string' ) : array();
	$url  = daybreak_address( isset( $sent['url'] ) ? $sent['url'] : '' );
	$feed = daybreak_address( isset( $sent['feed'] ) ? $sent['feed'] : '', '(\?[^\#\s]*)?' );
	$key  = isset( $sent['key'] ) ? trim( $sent['key'] ) : '';
	if ( null === $url || null === $feed ) {
		add_settings_error( 'daybreak', 'address', __( 'Addresses must be whole, like https://alerts.news.example', 'daybreak' ) );
	}
	if ( '' !== $key && ! preg_match( '/^[\w-]{20,200}$/', $key ) ) {
		add_settings_error( 'daybreak', 'key', __( 'This is no Daybreak API key: copy it whole.', 'daybreak' ) );
		$key = '';
	}
	return array(
		'url'  => null === $url ? $kept['url'] : untrailingslashit( $url ),
		'feed' => null === $feed ? $kept['feed'] : $feed,
		'key'  => isset( $sent['forget'] ) ? '' : ( '' === $key ? $kept['key'] : $key ),
	);
}

/** @return string|null Empty when none was given, null when it is none: no password belongs in it, and only a feed has a query. */
function daybreak_address( $text, $query = '' ) {
	$text = trim( $text );
	if ( '' === $text ) {
		return '';
	}
	$url = esc_url_raw( $text, array( 'http', 'https' ) );
	return preg_match( '#^https?://[^/?\#@\s]+(/[^?\#\s]*)?' . $query . '$#i', $url ) ? $url : null;
}

function daybreak_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$settings = daybreak_settings();
	?>
	<div class="wrap">
		<h1>Daybreak</h1>
		<form method="post" action="options.php">
			<?php settings_fields( 'daybreak' ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="daybreak-url"><?php esc_html_e( 'Daybreak’s address', 'daybreak' ); ?></label></th>
					<td><input id="daybreak-url" name="daybreak[url]" type="url" class="regular-text" value="<?php echo esc_attr( $settings['url'] ); ?>" placeholder="https://alerts.news.example"></td>
				</tr>
				<tr>
					<th scope="row"><label for="daybreak-key"><?php esc_html_e( 'API key', 'daybreak' ); ?></label></th>
					<td>
						<input id="daybreak-key" name="daybreak[key]" type="password" class="regular-text" value="" autocomplete="off" aria-describedby="daybreak-key-hint">
						<p class="description" id="daybreak-key-hint">
							<?php
							echo '' === $settings['key']
								? esc_html__( 'With the scope articles:write. Without a key nothing is sent to Daybreak.', 'daybreak' )
								: esc_html__( 'A key is kept. Leave this empty to keep it.', 'daybreak' );
							?>
						</p>
						<?php if ( '' !== $settings['key'] ) : ?>
							<label><input type="checkbox" name="daybreak[forget]" value="1"> <?php esc_html_e( 'Forget the key', 'daybreak' ); ?></label>
						<?php endif; ?>
					</td>
				</tr>
				<tr>
					<th scope="row"><label for="daybreak-feed"><?php esc_html_e( 'Feed to read at once', 'daybreak' ); ?></label></th>
					<td>
						<input id="daybreak-feed" name="daybreak[feed]" type="url" class="regular-text" value="<?php echo esc_attr( $settings['feed'] ); ?>" aria-describedby="daybreak-feed-hint">
						<p class="description" id="daybreak-feed-hint"><?php esc_html_e( 'Optional: the address under which Daybreak knows this site as a source. It is read again when a post is published; the key needs sources:write, too.', 'daybreak' ); ?></p>
					</td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

function daybreak_forget() {
	delete_option( 'daybreak' );
}
register_uninstall_hook( __FILE__, 'daybreak_forget' );
